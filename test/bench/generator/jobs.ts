import type { LatencySummary } from '../measure/latencies.ts';
import type { Transport } from './subscribe.ts';
import type { WireName } from './wire.ts';

/** Where the server is, and how to speak to it. */
export interface Endpoint {
  readonly port: number;
  readonly wire: WireName;
  /** In front of the wire's own path. */
  readonly basePath: string;
  /** The documents, by number. */
  readonly documentPrefix: string;
  /** Signs tokens, where the server asks for them. */
  readonly secret: string | null;
}

/** What the generator is told to do. One job a process. */
export type Job =
  | LoadJob
  | IdleJob
  | StoreSessionJob
  | ColdLoadJob
  | FanOutJob
  | ResumeJob
  | LatencyJob
  | WebhooksJob
  | TalkJob
  | FillRoomsJob
  | OpenRoomJob
  | WalkJob
  | RoomsJob
  | PresenceJob
  | SearchJob;

export interface LoadJob {
  readonly kind: 'load';
  readonly endpoint: Endpoint;
  readonly documents: number;
  readonly clientsPerDocument: number;
  /** Updates a second over all clients; null for a closed loop, in which a client has one update in flight. */
  readonly updatesPerSecond: number | null;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface IdleJob {
  readonly kind: 'idle';
  readonly endpoint: Endpoint;
  /** Opened before memory is first measured, so that compiled code and caches do not count. */
  readonly warmUpDocuments: number;
  readonly documents: number;
}

export interface StoreSessionJob {
  readonly kind: 'store-session';
  readonly endpoint: Endpoint;
  readonly sessionFile: string;
}

export interface ColdLoadJob {
  readonly kind: 'cold-load';
  readonly endpoint: Endpoint;
  /** The SyncStep2 is written here, so that it can be compared with what was stored. */
  readonly answerFile: string;
}

export interface FanOutJob {
  readonly kind: 'fan-out';
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly subscribers: number;
  readonly writesPerSecond: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface ResumeJob {
  readonly kind: 'resume';
  readonly endpoint: Endpoint;
  readonly clients: number;
  readonly atOnce: number;
  readonly missedEvents: number;
  /** What a neighbour reads meanwhile, and before for as long as the warm-up takes. */
  readonly writesPerSecond: number;
  readonly warmUpMs: number;
}

export interface LatencyJob {
  readonly kind: 'latency';
  readonly endpoint: Endpoint;
  readonly writesPerSecond: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface WebhooksJob {
  readonly kind: 'webhooks';
  readonly endpoint: Endpoint;
  readonly webhooks: number;
  /** That each of them is sent. */
  readonly events: number;
}

export interface TalkJob {
  readonly kind: 'talk';
  readonly endpoint: Endpoint;
  readonly members: number;
  /** How many of them are told of what is new for them, as well. */
  readonly inboxes: number;
  readonly messagesPerSecond: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface FillRoomsJob {
  readonly kind: 'fill-rooms';
  readonly endpoint: Endpoint;
  readonly rooms: readonly { readonly id: string; readonly messages: number }[];
}

export interface OpenRoomJob {
  readonly kind: 'open-room';
  readonly endpoint: Endpoint;
  readonly room: string;
  /** Another one, which is opened before. */
  readonly visited: string;
}

export interface WalkJob {
  readonly kind: 'walk';
  readonly endpoint: Endpoint;
  readonly room: string;
  readonly segments: number;
}

export interface RoomsJob {
  readonly kind: 'rooms';
  readonly endpoint: Endpoint;
  /** Opened before memory is first measured. */
  readonly warmUpRooms: number;
  readonly rooms: number;
}

export interface PresenceJob {
  readonly kind: 'presence';
  readonly endpoint: Endpoint;
  readonly members: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface SearchJob {
  readonly kind: 'search';
  readonly endpoint: Endpoint;
  readonly room: string;
  readonly queries: Readonly<Record<Search, string>>;
  /** How often each is asked, one after the other. */
  readonly times: number;
}

/** A word that one message has; one that many have; two that many have. */
export type Search = 'rare' | 'common' | 'both';

/** A client's way from connecting to its last missed event; a delivery before it was disturbed; receipts of each kind; answers. */
export type Timed = 'catchUp' | 'before' | 'sse' | 'realtime' | 'webhook' | 'inbox' | Search;

/** What a job found out. */
export interface JobResult {
  /** Over the measured window, by the generator's clock. */
  readonly windowMs: number;
  /** Acknowledged in the window. */
  readonly updates: number;
  /** Updates (or events) that reached someone else in the window, over all readers. */
  readonly deliveries: number;
  /** What these were on the wire, where that is counted. */
  readonly deliveredBytes: number;
  /** Messages read from sockets in the window. */
  readonly messages: number;
  readonly generatorCpuMs: number;
  readonly ack: LatencySummary | null;
  readonly delivery: LatencySummary | null;
  /** By what was timed, where that is something else or more than one thing. */
  readonly timed: { readonly [what in Timed]?: LatencySummary };
  /** How far an open loop fell behind its own clock, p99. */
  readonly lagP99Ms: number | null;
  /** Whether everything sent was acknowledged and delivered within the deadline after the load ended. */
  readonly drained: boolean;
  /** Whether a late joiner of the first document got everything that was typed into it. */
  readonly verified: boolean | null;
  /** Connect to the end of SyncStep2 (cold load, a room), ms. */
  readonly syncMs: number | null;
}

/** Generator to parent. The parent answers `ready` and `mark` with a `go` once it took its measurements. */
export type FromGenerator =
  | { readonly type: 'ready' }
  | { readonly type: 'mark'; readonly name: 'start' | 'end' }
  | { readonly type: 'done'; readonly result: JobResult }
  | { readonly type: 'failed'; readonly reason: string };

export type ToGenerator = { readonly type: 'job'; readonly job: Job } | { readonly type: 'go' };
