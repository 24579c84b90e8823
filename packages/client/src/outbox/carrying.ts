/** What the outbox does once it is known whose it is. It is loaded then, as what checks values is large. */
export { carryOut } from './carry-out.ts';
export { checkCommand } from './check-command.ts';
export { commandName, createKeptCommands } from './kept-commands.ts';
export { runOutbox } from './run-outbox.ts';
