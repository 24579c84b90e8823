/** A row with a key by which it is known again, wherever it has moved to. */
export interface KeyedRow<Row> {
  readonly key: number;
  readonly row: Row;
}

/** Above this many pairs of rows to compare, rows are matched by their places. */
const maxPairs = 40_000;

/**
 * Gives rows keys that stay with them: equal rows keep theirs; between those, a row that has changed keeps the key of the one
 * in its place. So an input keeps its focus while others add and remove rows around it.
 */
export function createRowKeys<Row>(): (rows: readonly Row[]) => readonly KeyedRow<Row>[] {
  let known: readonly (KeyedRow<Row> & { readonly text: string })[] = [];
  let next = 0;
  return (rows) => {
    const texts = rows.map((row) => JSON.stringify(row));
    const pairs = matchEqual(
      known.map(({ text }) => text),
      texts,
    );
    const keys: (number | undefined)[] = rows.map(() => undefined);
    let [from, to] = [0, 0];
    for (const [i, j] of [...pairs, [known.length, rows.length] as const]) {
      for (; from < i && to < j; from += 1, to += 1) keys[to] = known[from]?.key;
      if (j < rows.length) keys[j] = known[i]?.key;
      [from, to] = [i + 1, j + 1];
    }
    // Where one has moved past another, only one of them is matched in order: the other is known by what it holds.
    const used = new Set(keys);
    const left = Map.groupBy(
      known.filter(({ key }) => !used.has(key)),
      ({ text }) => text,
    );
    known = rows.map((row, index) => {
      const text = texts[index] ?? '';
      return { key: keys[index] ?? left.get(text)?.shift()?.key ?? next++, row, text };
    });
    return known;
  };
}

/** Pairs of equal entries, rising in both: as many as possible, where that is not too much to find out. */
function matchEqual(old: readonly string[], fresh: readonly string[]): [number, number][] {
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head += 1;
  let tail = 0;
  const most = Math.min(old.length, fresh.length) - head;
  while (tail < most && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail += 1;
  const [oldEnd, freshEnd] = [old.length - tail, fresh.length - tail];
  const pairs: [number, number][] = Array.from({ length: head }, (_, index) => [index, index]);
  if ((oldEnd - head) * (freshEnd - head) <= maxPairs)
    pairs.push(
      ...longest(old.slice(head, oldEnd), fresh.slice(head, freshEnd)).map(([i, j]): [number, number] => [i + head, j + head]),
    );
  for (let index = 0; index < tail; index += 1) pairs.push([oldEnd + index, freshEnd + index]);
  return pairs;
}

/** The longest common subsequence, as pairs of indexes. */
function longest(a: readonly string[], b: readonly string[]): [number, number][] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const line = lengths[i];
    for (let j = b.length - 1; j >= 0 && line !== undefined; j -= 1)
      line[j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  }
  const pairs: [number, number][] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
