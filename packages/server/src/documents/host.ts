import { Hocuspocus, type Document } from '@hocuspocus/server';

/** What Hocuspocus makes of a socket. */
export type ClientConnection = ReturnType<Hocuspocus['handleConnection']>;

/**
 * Hocuspocus with a say in what is unloaded.
 *
 * It asks `shouldUnloadDocument` synchronously, right before it removes a document by name. A document that
 * is not the one of that name any more must not remove the new one, and one that somebody is about to use,
 * or that is not on disk yet, must stay: else two live copies of a part could come to be (J5).
 */
export class Host<Context> extends Hocuspocus<Context> {
  mayUnload: (document: Document) => boolean = () => true;

  override shouldUnloadDocument(document: Document): boolean {
    // `mayUnload` comes last: it has a part compacted that is about to go, and only then.
    return this.documents.get(document.name) === document && super.shouldUnloadDocument(document) && this.mayUnload(document);
  }
}
