import type { Command } from '../commands.ts';
import type { DocumentStorage, Tabs } from '../storage.ts';

/** A command as it is kept. How far somebody has read waits with the others, and is shown to nobody. */
export interface KeptCommand extends Omit<Command, 'operation'> {
  readonly operation: Command['operation'] | 'read';
  /** In the storage: they sort in the order in which they are carried out. */
  readonly name: string;
  /** The record's id was made here at random: nobody else can have taken it. */
  readonly isOwnId: boolean;
  /** It may have reached the server: kept before each first attempt, for whoever carries on after a crash. */
  readonly mayBeSent: boolean;
}

/** The outbox in the storage, and the word to all tabs that it is another now. */
export interface KeptCommands {
  /** In order. */
  list(): Promise<readonly KeptCommand[]>;
  put(command: KeptCommand): Promise<void>;
  remove(command: KeptCommand): Promise<void>;
  onChange(listener: () => void): () => void;
}

const prefix = 'outbox/';
const changed = 'outbox';

/** @param at rises with each command; see {@link KeptCommand.name} */
export function commandName(at: number, id: string): string {
  return `${prefix}${`${at}`.padStart(15, '0')}/${id}`;
}

export function createKeptCommands(storage: DocumentStorage, tabs: Tabs): KeptCommands {
  return {
    list: () => storage.list(prefix),
    async put(command) {
      await storage.put(command.name, command);
      tabs.notify(changed);
    },
    async remove(command) {
      await storage.put(command.name, undefined);
      tabs.notify(changed);
    },
    onChange: (listener) =>
      tabs.onNotified((name) => {
        if (name === changed) listener();
      }),
  };
}
