import type { FromGenerator, ToGenerator } from './jobs.ts';

/** Tells the parent process, without waiting for it. */
export function tell(message: FromGenerator): void {
  process.send?.(message);
}

/** Tells the parent, and waits until it says to go on. */
export async function tellAndWait(message: FromGenerator): Promise<void> {
  const going = new Promise<void>((resolve) => {
    const onMessage = (answer: ToGenerator): void => {
      if (answer.type !== 'go') return;
      process.off('message', onMessage);
      resolve();
    };
    process.on('message', onMessage);
  });
  tell(message);
  await going;
}
