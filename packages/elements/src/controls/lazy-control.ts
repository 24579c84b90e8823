import { html } from 'lit';
import type { Control } from './target.ts';

/**
 * A control whose code is loaded when the first of its kind is shown; until then its place is kept. `load` answers the same
 * promise each time.
 */
export function createLazyControl(load: () => Promise<() => Control>, update: () => void): Control {
  let control: Control | undefined;
  let isFailed = false;
  let isDisposed = false;
  void open(); // its failure is reported, and shown by a place that stays empty

  async function open(): Promise<void> {
    try {
      const create = await load();
      if (!isDisposed) control = create();
    } catch (error) {
      isFailed = true;
      reportError(error);
    }
    update();
  }

  return {
    render: () => control?.render() ?? html`<span class="waiting" aria-hidden="true" ?hidden=${isFailed}></span>`,
    revert: () => control?.revert() ?? false,
    dispose() {
      isDisposed = true;
      control?.dispose?.();
    },
  };
}
