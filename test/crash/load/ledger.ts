/** What the server has told or shown to anyone, to be looked for after it was killed. */
export interface Ledger {
  /** A new marker: a few letters that stand in a document once if the edit is there, and not if it is lost. */
  marker(): string;
  /** Somebody was told that the edit with this marker is saved. */
  acknowledge(documentName: string, marker: string): void;
  /** Somebody has seen a document with this text. */
  show(documentName: string, text: string): void;
  /** What must be in a document. */
  owed(documentName: string): ReadonlySet<string>;
  readonly documents: Iterable<string>;
  /** Edits acknowledged so far. */
  readonly acknowledged: number;
  /** Markers that some reader was shown so far, of each document once. */
  readonly shown: number;
}

const pattern = /<[0-9a-z]+>/g;

export function markersIn(text: string): string[] {
  return text.match(pattern) ?? [];
}

export function createLedger(): Ledger {
  const owed = new Map<string, Set<string>>();
  const shown = new Set<string>();
  let made = 0;
  let acknowledged = 0;

  function of(documentName: string): Set<string> {
    let markers = owed.get(documentName);
    if (markers === undefined) owed.set(documentName, (markers = new Set()));
    return markers;
  }

  return {
    marker: () => `<${(made++).toString(36)}>`,
    acknowledge(documentName, marker) {
      acknowledged++;
      of(documentName).add(marker);
    },
    show(documentName, text) {
      const markers = of(documentName);
      for (const marker of markersIn(text)) {
        shown.add(marker);
        markers.add(marker);
      }
    },
    owed: of,
    get documents() {
      return owed.keys();
    },
    get acknowledged() {
      return acknowledged;
    },
    get shown() {
      return shown.size;
    },
  };
}
