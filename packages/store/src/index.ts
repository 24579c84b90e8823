export type { Durability, EntryRange, GroupReport, KeyRange, Lease, Store, Transaction } from './store.ts';
