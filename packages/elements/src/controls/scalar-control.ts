import type { ScalarSchema } from '@concord/schema';
import type { AnyClient } from '../record/any-record.ts';
import { createBooleanControl } from './boolean-control.ts';
import { createDateControl } from './date-control.ts';
import { createEnumControl } from './enum-control.ts';
import { createJsonControl } from './json-control.ts';
import { createNumberControl } from './number-control.ts';
import { createLazyControl } from './lazy-control.ts';
import { createStringControl } from './string-control.ts';
import type { Control, Target } from './target.ts';

/** What a control needs beside its value. */
export interface Surroundings {
  readonly client: AnyClient;
  /** Where the control stands. */
  readonly root: ShadowRoot;
  /** A string is shown on as many lines as it takes. */
  readonly wraps: boolean;
}

/** The control of a value that is replaced as a whole. */
export function createScalarControl(target: Target, { client, root, wraps }: Surroundings): Control {
  const schema = target.schema as ScalarSchema;
  switch (schema.kind) {
    case 'string':
      return createStringControl(target as Target<typeof schema>, wraps);
    case 'number':
      return createNumberControl(target as Target<typeof schema>);
    case 'boolean':
      return createBooleanControl(target as Target<typeof schema>);
    case 'date':
      return createDateControl(target as Target<typeof schema>);
    case 'enum':
      return createEnumControl(target as Target<typeof schema>);
    case 'ref':
      return createLazyControl(async () => {
        const { createRefControl } = await import('./ref-control.ts');
        return () => createRefControl(target as Target<typeof schema>, client, root);
      }, target.update);
    case 'json':
      return createJsonControl(target as Target<typeof schema>);
  }
}
