import { storeConformance } from '../conformance.ts';
import { openLevelHarness } from './level-harness.ts';

storeConformance('LevelDB, fsync', () => openLevelHarness('fsync'));
storeConformance('LevelDB, os', () => openLevelHarness('os'));
