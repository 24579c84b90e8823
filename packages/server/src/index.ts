export type { TokenIssuer } from './access/issuer.ts';
export { systemClock, type Clock } from './clock.ts';
export { createServer, type ConcordServer, type ServerOptions } from './create-server.ts';
export { createDiskFiles } from './files/disk-files.ts';
export type { FileStore, ListedFile, StoredFile } from './files/file-store.ts';
export { AmbiguousMoveError, LayoutError, type Move } from './layout.ts';
export { migrate, type MigrateOptions, type MigrateReport } from './migrate.ts';
export { verifyStore, type VerifyOptions, type VerifyReport } from './verify.ts';
