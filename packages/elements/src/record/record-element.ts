import type { PropertyDeclarations } from 'lit';
import { ConcordElement } from '../base/concord-element.ts';
import type { Token } from '../context/client-context.ts';
import type { Strings } from '../strings/strings.ts';
import type { AnyClient } from './any-record.ts';
import { createRecordSource, recordProperties, type RecordProperties, type RecordSource } from './record-source.ts';

/** What those elements have in common that show a record, or something of one: it is named by them, or around them. */
export abstract class RecordElement extends ConcordElement implements RecordProperties {
  static override properties: PropertyDeclarations = recordProperties;

  declare url: string | undefined;
  declare token: Token | undefined;
  declare client: AnyClient | undefined;
  declare collection: string | undefined;
  declare record: string | undefined;

  protected readonly source: RecordSource = createRecordSource(this, this.watcher);

  protected override outerStrings(): Partial<Strings> | undefined {
    return this.source.around?.strings;
  }
}
