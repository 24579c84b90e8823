import * as Y from 'yjs';
import type { Correction, Json } from '@concord/protocol';
import { counterEntryProblem, scalarEntryProblem, setEntryProblem, type RootRule } from '@concord/schema';
import { cutText, excessMembers, excessRows } from './guard-limits.ts';

/** What may lie in a type: a root's rule, that of what it holds, or nothing. */
interface Place {
  readonly name: string;
  readonly rule: RootRule | 'row' | 'rich' | 'unknown' | 'inside';
  /** The list that a row is of. */
  readonly within?: RootRule;
}
type Type = Y.AbstractType<unknown>;

/** A value of this size and more is not repeated to the sender. */
const maxToldChars = 1024;

/**
 * The schema guard (R1) of a collection's documents.
 *
 * It looks at the structs that a transaction has added, and at nothing else, so that a valid edit costs no more
 * than itself. What breaks the schema is taken away within that same transaction: Yjs then encodes it as
 * deleted, and no replica ever sees it. An entry that overwrote a valid one gives it back.
 */
export class Guard {
  readonly #roots: ReadonlyMap<string, RootRule>;
  readonly #places = new WeakMap<Type, Place>();

  constructor(roots: ReadonlyMap<string, RootRule>) {
    this.#roots = roots;
  }

  /** Gives the roots their types, before anything is loaded: what came by an update alone has none. */
  prepare(document: Y.Doc): void {
    for (const [name, { kind }] of this.#roots) {
      if (kind === 'text') document.getText(name);
      else if (kind === 'richText') document.getXmlFragment(name);
      else if (kind === 'list') document.getArray(name);
      else document.getMap(name);
    }
  }

  /**
   * Within the transaction that has applied an update, as the last that is done in it. `clients` are those that
   * may have new structs.
   */
  correct(transaction: Y.Transaction, clients: Iterable<number>): readonly Correction[] {
    const added = addedItems(transaction, clients);
    const run = new Run(transaction);
    for (const item of added) this.#judge(item, this.#placeOf(item.parent as Type), run);
    return run.finish();
  }

  #judge(item: Y.Item, place: Place, run: Run): void {
    const { rule, name } = place;
    const { parentSub: key, content } = item;
    if (rule === 'inside' || item.deleted) return;
    if (rule === 'unknown') return run.remove(item, name, 'is no field');
    if (rule === 'row') {
      if (key === null || place.within?.kind !== 'list') return run.remove(item, name, 'must hold fields in its rows');
      const { rows } = place.within;
      return run.entry(item, `${name}.${shortened(key)}`, (value) => scalarEntryProblem(rows, key, value));
    }
    if (rule === 'rich') return isRichContent(item) ? undefined : run.remove(item, name, 'must hold elements and text');
    switch (rule.kind) {
      case 'fields':
        if (key === null) return run.remove(item, name, 'must hold fields by name');
        return run.entry(item, shortened(key), (value) => scalarEntryProblem(rule.fields, key, value));
      case 'counter':
        if (key === null) return run.remove(item, name, 'must be kept by client id');
        return run.entry(item, name, (value) => counterEntryProblem(key, value));
      case 'set':
        if (key === null) return run.remove(item, name, 'must hold members');
        run.grown.set(item.parent as Type, rule);
        return run.entry(item, name, (value) => setEntryProblem(rule, key, value));
      case 'list':
        if (key === null && content instanceof Y.ContentType && content.type instanceof Y.Map)
          run.grown.set(item.parent as Type, rule);
        else run.remove(item, name, 'must hold rows');
        return;
      case 'text':
        if (key === null && content instanceof Y.ContentString) run.grown.set(item.parent as Type, rule);
        else if (key !== null || !(content instanceof Y.ContentFormat)) run.remove(item, name, 'must hold text');
        return;
      case 'members':
      case 'owned':
        return run.remove(item, name, 'is changed by command alone');
      case 'richText':
        if (key !== null || !isNode(content)) run.remove(item, name, 'must hold elements and text');
    }
  }

  #placeOf(type: Type): Place {
    let place = this.#places.get(type);
    if (place === undefined) {
      place = this.#findPlace(type);
      this.#places.set(type, place);
    }
    return place;
  }

  #findPlace(type: Type): Place {
    const item = type._item;
    if (item === null) {
      const name = Y.findRootTypeKey(type);
      const rule = this.#roots.get(name);
      return rule === undefined
        ? { name: shortened(name), rule: 'unknown' }
        : { name: rule.kind === 'fields' ? 'fields' : rule.name, rule };
    }
    const { name, rule } = this.#placeOf(item.parent as Type);
    if (typeof rule === 'object' && rule.kind === 'list' && item.parentSub === null && type instanceof Y.Map)
      return { name, rule: 'row', within: rule };
    const isRich = rule === 'rich' || (typeof rule === 'object' && rule.kind === 'richText');
    if (isRich && item.parentSub === null && isNode(item.content)) return { name, rule: 'rich' };
    // It goes with what it lies in.
    return { name, rule: 'inside' };
  }
}

/** One transaction's corrections. */
class Run {
  /** Types that have got longer, and their limits. */
  readonly grown = new Map<Type, RootRule>();
  readonly #transaction: Y.Transaction;
  readonly #corrections = new Map<string, Correction>();
  readonly #isNew: (item: Y.Item) => boolean;
  /** What the update has deleted, put in order at first need. */
  #deleted: ReturnType<typeof Y.mergeDeleteSets> | undefined;

  constructor(transaction: Y.Transaction) {
    this.#transaction = transaction;
    // Compared with what was there before the transaction: what is written here is new, too.
    this.#isNew = ({ id }) => id.clock >= (transaction.beforeState.get(id.client) ?? 0);
  }

  remove(item: Y.Item, field: string, rule: string): void {
    this.#begin();
    item.delete(this.#transaction);
    this.#note({ field, rule, value: null });
  }

  /** Judges an entry of a map, unless a later one has taken its place. */
  entry(item: Y.Item, field: string, problemOf: (value: unknown) => string | null): void {
    if (item.deleted) return;
    const rule = problemOf(valueOf(item));
    if (rule === null) return;
    this.#begin();
    const held = this.#heldBefore(item);
    const value = held !== undefined && held !== null && problemOf(held) === null ? (held as Json) : null;
    if (value === null) item.delete(this.#transaction);
    else (item.parent as Y.Map<unknown>).set(item.parentSub as string, value);
    this.#note({ field, rule, value: isShort(value) ? value : null });
  }

  finish(): readonly Correction[] {
    for (const [type, rule] of this.grown) this.#limit(type, rule);
    if (this.#corrections.size > 0) {
      this.#forgetPlaces();
      // Yjs takes a new client id when a transaction that applied somebody's update has also written.
      this.#transaction.local = true;
    }
    return [...this.#corrections.values()];
  }

  #limit(type: Type, rule: RootRule): void {
    if (rule.kind === 'text' && rule.max !== null && type._length > rule.max) {
      this.#begin();
      cutText(type as Y.Text, rule.max, this.#isNew);
      this.#note({ field: rule.name, rule: `must have at most ${rule.max} characters`, value: null });
    }
    if (rule.kind === 'list' && rule.max !== null && type._length > rule.max)
      for (const item of excessRows(type, rule.max, this.#isNew))
        this.remove(item, rule.name, `must have at most ${rule.max} rows`);
    if (rule.kind === 'set' && rule.max !== null)
      for (const item of excessMembers(type, rule.max, (found) => this.#isNew(found) && this.#heldBefore(found) !== true))
        this.remove(item, rule.name, `must have at most ${rule.max} members`);
  }

  /** The value that the server held under this entry's key before the update. */
  #heldBefore(item: Y.Item): unknown {
    let before = item.left;
    while (before !== null && this.#isNew(before)) before = before.left;
    if (before === null) return undefined;
    this.#deleted ??= Y.mergeDeleteSets([this.#transaction.deleteSet]);
    return !before.deleted || Y.isDeleted(this.#deleted, before.id) ? valueOf(before) : undefined;
  }

  #begin(): void {
    if (this.#corrections.size > 0) return;
    // Before the first write: what was deleted by the update alone, and no place that its structs have moved.
    this.#deleted ??= Y.mergeDeleteSets([this.#transaction.deleteSet]);
    this.#forgetPlaces();
  }

  /** Yjs forgets where indexes lie only after transactions that it takes for remote ones. */
  #forgetPlaces(): void {
    for (const type of this.#transaction.changed.keys()) if (type._searchMarker) type._searchMarker.length = 0;
  }

  #note(correction: Correction): void {
    if (!this.#corrections.has(correction.field)) this.#corrections.set(correction.field, correction);
  }
}

/** What the transaction has added and not deleted again. */
function addedItems({ doc, beforeState }: Y.Transaction, clients: Iterable<number>): Y.Item[] {
  const items: Y.Item[] = [];
  for (const client of clients) {
    const structs = doc.store.clients.get(client);
    const before = beforeState.get(client) ?? 0;
    if (structs === undefined || before >= Y.getState(doc.store, client)) continue;
    for (let index = Y.findIndexSS(structs, before); index < structs.length; index++) {
      const struct = structs[index];
      if (struct instanceof Y.Item && !struct.deleted && struct.parent instanceof Y.AbstractType) items.push(struct);
    }
  }
  return items;
}

function isNode(content: Y.Item['content']): boolean {
  return content instanceof Y.ContentType && (content.type instanceof Y.XmlElement || content.type instanceof Y.XmlText);
}

/** Elements hold nodes, texts hold characters, marks and embeds; both have attributes that are plain values. */
function isRichContent({ parent, parentSub, content }: Y.Item): boolean {
  if (parentSub !== null) return !(content instanceof Y.ContentType || content instanceof Y.ContentDoc);
  if (!(parent instanceof Y.XmlText)) return isNode(content);
  return content instanceof Y.ContentString || content instanceof Y.ContentFormat || content instanceof Y.ContentEmbed;
}

function valueOf(item: Y.Item): unknown {
  return item.content.getContent().at(-1);
}

function shortened(name: string): string {
  return name.length > 80 ? `${name.slice(0, 80)}…` : name;
}

function isShort(value: Json): boolean {
  return typeof value === 'object' || typeof value === 'string' ? JSON.stringify(value).length <= maxToldChars : true;
}
