import type { Json } from './events.ts';
import type { Limits } from './limits.ts';

/** What `GET /api/v1/schema` answers: collections and fields, as far as the caller may see them. */
export interface SchemaDescription {
  readonly account: string;
  readonly user: { readonly id: string; readonly name: string; readonly roles: readonly string[] };
  /** Another one whenever something of `collections` is. */
  readonly version: string;
  readonly limits: Limits;
  readonly collections: readonly CollectionDescription[];
}

/** `depends`: a policy decides, record by record. */
export type Permission = boolean | 'depends';

export interface CollectionDescription {
  readonly name: string;
  /** Opening the document of a record that is not there makes one. */
  readonly createOnConnect: boolean;
  readonly may: { readonly create: Permission; readonly update: Permission; readonly delete: Permission };
  /** The documents of a record, the content part first. */
  readonly parts: readonly PartDescription[];
  /** In the order of declaration. */
  readonly fields: readonly FieldDescription[];
  readonly logs: readonly LogDescription[];
}

/** A log of each record of a collection. */
export interface LogDescription {
  readonly name: string;
  readonly read: true | 'depends';
  /** To post, and to change and delete one's own. */
  readonly write: Permission;
  /** To change, delete and pin what others have posted. */
  readonly moderate: Permission;
  /** Of an entry's text, in UTF-16 units. */
  readonly maxLength: number;
  /** Null where nothing can be attached. */
  readonly attachments: { readonly maxBytes: number; readonly max: number; readonly types: readonly string[] } | null;
  /** The field that holds how many seconds have to lie between two entries of one author, or that number. */
  readonly slowMode: string | number | null;
}

export interface PartDescription {
  /** What stands behind the record in the document's name; null for the content part, which has nothing there. */
  readonly name: string | null;
  readonly read: true | 'depends';
  readonly write: Permission;
}

interface Scalar<Kind extends string, Value extends Json> {
  readonly kind: Kind;
  readonly name: string;
  readonly required: boolean;
  /** Null where there is none. */
  readonly default: Value | null;
}

/** A field that is an entry of the Y.Map `fields`, or of a list's row. */
export type ScalarDescription =
  | (Scalar<'string', string> & {
      readonly min: number;
      readonly max: number | null;
      readonly pattern: { readonly source: string; readonly flags: string } | null;
    })
  | (Scalar<'number', number> & { readonly min: number | null; readonly max: number | null; readonly integer: boolean })
  | Scalar<'boolean', boolean>
  | Scalar<'date', string>
  | (Scalar<'enum', string> & { readonly values: readonly string[] })
  | (Scalar<'ref', string> & { readonly collection: string })
  | (Scalar<'json', Json> & { readonly maxBytes: number | null; readonly maxDepth: number });

/** A field with a root type of its own, which is called `root`. */
export type SharedDescription = { readonly name: string; readonly root: string } & (
  | { readonly kind: 'text'; readonly max: number | null }
  | { readonly kind: 'richText' }
  | { readonly kind: 'list'; readonly max: number | null; readonly rows: readonly ScalarDescription[] }
  | { readonly kind: 'counter' }
  | { readonly kind: 'set'; readonly max: number | null; readonly maxLength: number | null }
  /** Who belongs to the record, and as what: changed by command alone. The first role is that of who may invite. */
  | { readonly kind: 'members'; readonly roles: readonly string[] }
);

export type FieldDescription = (ScalarDescription | SharedDescription) & {
  /** The part that it lies in. */
  readonly part: string | null;
};
