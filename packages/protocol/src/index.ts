export * from './errors.ts';
export * from './events.ts';
export * from './limits.ts';
export * from './names.ts';
export * from './person-color.ts';
export type * from './description.ts';
export type * from './flush.ts';
export type * from './guard.ts';
export type * from './realtime.ts';
