import type { World } from './client.ts';
import type { ClientSpec } from './client-spec.ts';
import { startCrowd, type Crowd } from './crowd.ts';

/** What the process of a crowd is told. */
export type Order =
  | { readonly order: 'start'; readonly specs: readonly ClientSpec[]; readonly world: World; readonly seed: number }
  | { readonly order: 'settle' }
  | { readonly order: 'report' };

let crowd: Crowd | undefined;

async function obey(message: Order): Promise<void> {
  if (message.order === 'start') crowd = await startCrowd(message.specs, message.world, message.seed);
  else if (message.order === 'settle') {
    await crowd?.settle();
    process.send?.('settled');
  } else process.send?.(await crowd?.report());
}

process.on('message', (message: Order) => {
  void obey(message);
});
// Whoever has started it is gone.
process.on('disconnect', () => process.exit());
