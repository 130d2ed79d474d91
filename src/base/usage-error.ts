/** An error that a person can act on: what was asked for cannot be done as it was asked, and the words say what to change. */
export class UsageError extends Error {}
