/** Who asks, as a policy sees it. */
export interface PolicyUser {
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly account: string;
  readonly roles: readonly string[];
}

/** The fields that the policy names in `reads`, as the record's view holds them, and what the server keeps of its making. */
export interface PolicyRecord {
  readonly id: string;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly createdBy: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a policy is written beside its fields and before the collection that types them
  readonly [field: string]: any;
}

export interface PolicyQuestion {
  readonly user: PolicyUser;
  /** As it is; for a create, as it would be. */
  readonly record: PolicyRecord;
}

/**
 * A rule that decides by the record. It answers at once, and only `true` admits: one that throws, or answers with
 * anything else, denies, and is logged. What it is given cannot be changed: sort a copy.
 */
export interface Policy {
  readonly kind: 'policy';
  /** The fields that `allow` looks at: scalars, sets and members. It is asked again when one of them changes. */
  readonly reads: readonly string[];
  readonly allow: (question: PolicyQuestion) => boolean;
}

/** Role names, of which one is enough, or a policy. */
export type AccessRule = readonly string[] | Policy;

export interface PolicyOptions {
  readonly reads: readonly string[];
  readonly allow: (question: PolicyQuestion) => boolean;
}

/**
 * Access by what a record says: `policy({ reads: ['members'], allow: ({ user, record }) =>
 * record.members.includes(user.id) })`. Mistakes are found by `compileConfig`.
 */
export function policy({ reads, allow }: PolicyOptions): Policy {
  return { kind: 'policy', reads, allow };
}
