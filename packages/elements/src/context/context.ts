import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** What elements get from the element around them: named by a key, whose type says what it is. */
export interface Context<T> {
  readonly name: symbol;
  /** For the type checker only. */
  readonly '~type'?: T;
}

export function createContext<T>(description: string): Context<T> {
  return { name: Symbol(description) };
}

/** Is asked for by an event of this type, as in the Context protocol of the Web Components community group. */
const requestType = 'context-request';

class ContextRequest<T> extends Event {
  readonly context: symbol;
  readonly callback: (value: T | undefined, unsubscribe: () => void) => void;
  readonly subscribe = true;

  constructor(context: symbol, callback: (value: T | undefined, unsubscribe: () => void) => void) {
    super(requestType, { bubbles: true, composed: true });
    this.context = context;
    this.callback = callback;
  }
}

type Host = ReactiveControllerHost & HTMLElement;

export interface Provided<T> {
  set(value: T | undefined): void;
}

/** Answers what is below `host`, in whatever shadow tree, and tells it when the value is another one. */
export function provide<T>(host: Host, context: Context<T>): Provided<T> {
  const consumers = new Set<ContextRequest<T>['callback']>();
  let value: T | undefined;
  host.addEventListener(requestType, (event) => {
    const request = event as ContextRequest<T>;
    if (request.context !== context.name || request.composedPath()[0] === host) return;
    request.stopImmediatePropagation();
    const { callback } = request;
    consumers.add(callback);
    callback(value, () => void consumers.delete(callback));
  });
  return {
    set(next) {
      if (next === value) return;
      value = next;
      for (const callback of Array.from(consumers)) callback(value, () => void consumers.delete(callback));
    },
  };
}

export interface Consumed<T> extends ReactiveController {
  /** Undefined where nothing around provides it (yet). */
  readonly value: T | undefined;
  /** Whether something around answers. */
  readonly isProvided: boolean;
}

/** Asks for what is provided around `host` whenever that is put into a page, and has it updated when it changes. */
export function consume<T>(host: Host, context: Context<T>): Consumed<T> {
  let value: T | undefined;
  let isProvided = false;
  let leave: (() => void) | undefined;
  const consumed: Consumed<T> = {
    get value() {
      return value;
    },
    get isProvided() {
      return isProvided;
    },
    hostConnected() {
      host.dispatchEvent(
        new ContextRequest<T>(context.name, (next, unsubscribe) => {
          if (!host.isConnected) return unsubscribe();
          leave = unsubscribe;
          isProvided = true;
          value = next;
          host.requestUpdate();
        }),
      );
    },
    hostDisconnected() {
      leave?.();
      leave = undefined;
      value = undefined;
      isProvided = false;
    },
  };
  host.addController(consumed);
  return consumed;
}
