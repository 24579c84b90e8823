import { setTimeout as wait } from 'node:timers/promises';
import { tell } from './parent.ts';

export interface MeasuredWindow {
  /** Between the marks, in which the parent measures the server. */
  isOpen: boolean;
  windowMs: number;
  generatorCpuMs: number;
}

export function createWindow(): MeasuredWindow {
  return { isOpen: false, windowMs: 0, generatorCpuMs: 0 };
}

/** Opens the window for so long. */
export async function measureFor(window: MeasuredWindow, ms: number): Promise<void> {
  tell({ type: 'mark', name: 'start' });
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  window.isOpen = true;
  await wait(ms);
  window.isOpen = false;
  tell({ type: 'mark', name: 'end' });
  window.windowMs = performance.now() - startedAt;
  const cpu = process.cpuUsage(cpuBefore);
  window.generatorCpuMs = (cpu.user + cpu.system) / 1000;
}
