/** How Xero says no: its words, and the shapes of its answers. */
import type { SandboxReply } from '../../../sandbox/kit/server.ts';

/** One element of a request breaks rules of the books. */
export class Refusal extends Error {
  readonly messages: readonly string[];

  constructor(...messages: string[]) {
    super(messages.join('; '));
    this.messages = messages;
  }
}

/** The whole request is answered so. */
export class Reply extends Error {
  readonly reply: SandboxReply;

  constructor(reply: SandboxReply) {
    super(`status ${reply.status}`);
    this.reply = reply;
  }
}

export const notFound = (): SandboxReply => ({
  status: 404,
  body: "The resource you're looking for cannot be found",
});

/** 400 of the Accounting API. */
export function apiException(errorNumber: number, type: string, message: string): SandboxReply {
  return { status: 400, body: { ErrorNumber: errorNumber, Type: type, Message: message } };
}

export function validationException(elements: readonly object[]): SandboxReply {
  return {
    status: 400,
    body: {
      ErrorNumber: 10,
      Type: 'ValidationException',
      Message: 'A validation exception occurred',
      Elements: elements,
    },
  };
}

/** Problems of the gateway before the API. */
export function gatewayProblem(
  status: number,
  title: string,
  detail: string,
  headers: Record<string, string> = {},
): SandboxReply {
  return {
    status,
    headers,
    body: { Type: null, Title: title, Status: status, Detail: detail, Instance: NO_INSTANCE, Extensions: {} },
  };
}

const NO_INSTANCE = '00000000-0000-0000-0000-000000000000';

export const errorsOf = (messages: readonly string[]) => messages.map((Message) => ({ Message }));
