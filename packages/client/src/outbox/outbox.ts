/** What the outbox needs once there is a command, or may be one that an earlier page has left. */
export { carryOut } from './carry-out.ts';
export { checkCommand } from './check-command.ts';
export { commandName, createKeptCommands } from './kept-commands.ts';
export { runOutbox } from './run-outbox.ts';
