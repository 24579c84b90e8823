/**
 * How a client learns that its edits are on disk without counting acks: over a Hocuspocus stateless message
 * it sends a {@link FlushRequest} behind its edits, and the server answers with the same id once everything
 * it received before on that document is durable.
 */
export interface FlushRequest {
  readonly type: 'flush';
  /** Chosen by the client; a later request should bear a larger one. */
  readonly id: number;
}

export interface FlushAnswer {
  readonly type: 'flushed';
  readonly id: number;
}
