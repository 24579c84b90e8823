import { tellAndWait } from './parent.ts';

export interface MeasuredWindow {
  /** Between the marks, in which the parent measures the server. */
  isOpen: boolean;
  windowMs: number;
  generatorCpuMs: number;
}

export function createWindow(): MeasuredWindow {
  return { isOpen: false, windowMs: 0, generatorCpuMs: 0 };
}

/** Opens the window for as long as `work` takes. */
export async function measureDuring(window: MeasuredWindow, work: () => Promise<unknown>): Promise<void> {
  await tellAndWait({ type: 'mark', name: 'start' });
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  window.isOpen = true;
  await work();
  window.isOpen = false;
  window.windowMs = performance.now() - startedAt;
  const cpu = process.cpuUsage(cpuBefore);
  window.generatorCpuMs = (cpu.user + cpu.system) / 1000;
  await tellAndWait({ type: 'mark', name: 'end' });
}
