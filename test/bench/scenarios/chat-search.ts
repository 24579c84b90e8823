import { commonWords, rareWord } from '../generator/texts.ts';
import { roomSizes, withFilledRooms } from './filled-rooms.ts';
import { measuredRun } from './measured-run.ts';
import type { Scenario } from './scenario.ts';

const times = 50;

export const chatSearch: Scenario = {
  name: 'chat-search',
  group: 'chat',
  title: `${roomSizes.large.toLocaleString('en')} messages: a word of one of them, one of every fifth, and two that are both in every 35th`,
  yardstick: 'concord',
  supports: (target) => target.serves.includes('rooms'),
  async run(target, options) {
    await withFilledRooms(target, options);
    const queries = { rare: rareWord, common: commonWords[0], both: commonWords.join(' ') };
    return await measuredRun(
      target,
      options,
      (endpoint) => ({ kind: 'search', endpoint, room: 'large', queries, times }),
      ({ timed: { rare, common, both } }, serverCpuMs) => ({
        rareP50Ms: rare?.p50Ms,
        rareP99Ms: rare?.p99Ms,
        commonP50Ms: common?.p50Ms,
        commonP99Ms: common?.p99Ms,
        bothP50Ms: both?.p50Ms,
        bothP99Ms: both?.p99Ms,
        cpuPerSearchMs: serverCpuMs / times / Object.keys(queries).length,
      }),
    );
  },
};
