import { policy, type Policy, type PolicyQuestion } from '@concord/schema';

/** Of the shop's people; a visitor is not. */
const isTeam = ({ user }: PolicyQuestion): boolean => user.roles.includes('member');
const isLead = ({ user }: PolicyQuestion): boolean => user.roles.includes('lead');
const isMember = ({ user, record }: PolicyQuestion): boolean => record.members[user.id] !== undefined;
const isOwner = ({ user, record }: PolicyQuestion): boolean => record.members[user.id] === 'owner';
/** Open to the whole team, whoever is a member. */
const isOpen = ({ record }: PolicyQuestion): boolean => record.kind === 'public' || record.kind === 'support';

function when(reads: readonly string[], allow: (question: PolicyQuestion) => boolean): Policy {
  return policy({ reads, allow });
}

/** Who may do what with a room. A room between two has no owner, and nobody else gets in. */
export const roomsAccess: Record<
  'read' | 'update' | 'delete' | 'kind' | 'settings' | 'join' | 'manage' | 'post' | 'moderate',
  Policy
> = {
  read: when(['kind', 'members'], (q) => isMember(q) || (isTeam(q) && isOpen(q))),
  update: when(['members'], (q) => isOwner(q) || isLead(q)),
  delete: when(['members'], (q) => isOwner(q) || isLead(q)),
  kind: when(['members'], isOwner),
  settings: when(['kind', 'members'], (q) => isOwner(q) || isLead(q) || (isTeam(q) && q.record.kind === 'support')),
  join: when(['kind', 'archived'], (q) => isTeam(q) && isOpen(q) && !q.record.archived),
  manage: when(['kind'], (q) => q.record.kind !== 'direct' && (isLead(q) || (isTeam(q) && q.record.kind === 'support'))),
  post: when(
    ['kind', 'members', 'archived'],
    (q) => !q.record.archived && (isMember(q) || (isTeam(q) && q.record.kind === 'support')),
  ),
  moderate: when(['kind', 'members'], (q) => isOwner(q) || (isLead(q) && q.record.kind !== 'direct')),
};
