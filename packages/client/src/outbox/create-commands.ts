import { createCell } from '../live.ts';
import type { Command } from '../commands.ts';
export function createCommands(_core: unknown): any {
  return { pending: createCell<readonly Command[]>([]) };
}
