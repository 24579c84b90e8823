import type { HocuspocusProvider } from '@hocuspocus/provider';

const messageSync = 0;
const syncStep1 = 0;
const syncStep2 = 1;

/** As much of a Hocuspocus message as is read here: its document, its type, and a sync message's step. */
interface Message {
  readVarString(): string;
  readVarUint(): number;
}

/**
 * Calls `onDone` after each connect, once both sides have sent each other what they held.
 *
 * The provider's own `synced` does not mean that. It says that the server's state came in (and is silent
 * when a reconnect follows a socket that the provider gave up by itself); what was edited here while offline
 * goes out in the answer to the server's own question, which may come before or after. A flush sent between
 * the two would be echoed without covering those edits.
 */
export function watchHandshake(provider: HocuspocusProvider, onDone: () => void): void {
  let answered = false;
  let received = false;
  let connection = 0;

  provider.on('open', () => {
    answered = false;
    received = false;
    connection += 1;
  });
  provider.on('message', ({ message }: { message: Message }) => {
    message.readVarString();
    if (message.readVarUint() !== messageSync) return;
    const step = message.readVarUint();
    if (step !== syncStep1 && step !== syncStep2) return;
    const of = connection;
    // The provider applies, or answers, within this task, after its listeners have run.
    queueMicrotask(() => {
      if (of !== connection || (answered && received)) return;
      if (step === syncStep1) answered = true;
      else received = true;
      if (answered && received) onDone();
    });
  });
}
