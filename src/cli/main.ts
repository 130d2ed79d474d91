/** The command line: `crossdock COMMAND`. One file a command; errors say what to do next. */
import { type Command, CommanderError } from 'commander';
import { UsageError } from './context.ts';
import { createProgram } from './program.ts';

/** Wrong words end with 2, as the reference says; help and version, which were asked for, with 0. */
function throwing(command: Command): Command {
  command.exitOverride();
  for (const each of command.commands) throwing(each);
  return command;
}

try {
  await throwing(createProgram()).parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  const known = error instanceof UsageError || !(error instanceof TypeError || error instanceof RangeError);
  process.stderr.write(
    `${known && error instanceof Error ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
