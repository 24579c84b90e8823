export { changedFields, previousValues } from './changes.ts';
export type { CompatConfig, CompatSchema, SnackbaseSchema } from './compat.ts';
export { compileConfig, ruleShape } from './compile.ts';
export { isPolicy } from './compile-parts.ts';
export { ConfigError, type ConfigMistake } from './config-error.ts';
export {
  collection,
  defineConfig,
  type CollectionAccess,
  type CollectionConfig,
  type ConcordConfig,
  type DemoConfig,
  type DemoPerson,
  type DemoEntry,
  type DemoRecord,
  type FieldsOf,
  type InputOf,
  type PatchOf,
  type RecordOf,
  type SystemFields,
} from './config.ts';
export { instantOf } from './date.ts';
export { describeFields, readDescription, type DescribedCollection } from './description.ts';
export {
  field,
  type FieldAccess,
  type FieldBuilders,
  type FieldConfig,
  type FieldKind,
  type KindOf,
  type LogAccess,
  type LogOptions,
  type Members,
  type MembersOptions,
  type ScalarFieldConfig,
  type ScalarKind,
} from './field.ts';
export { parseFilter, type Filter } from './filter/parse.ts';
export { counterEntryProblem, rootRules, scalarEntryProblem, segmentRules, setEntryProblem, type RootRule } from './guard.ts';
export {
  HookRefusal,
  refuse,
  type HookChange,
  type HookConnection,
  type HookEvent,
  type Hooks,
  type HookSubscription,
  type HookUser,
} from './hooks.ts';
export { jsonSchemaOf, type JsonSchema, type JsonSchemaMode } from './json-schema.ts';
export { jsonEqual } from './json-value.ts';
export {
  policy,
  type AccessRule,
  type Policy,
  type PolicyOptions,
  type PolicyQuestion,
  type PolicyRecord,
  type PolicyUser,
} from './policy.ts';
export { readFields, scalarsRoot } from './read.ts';
export { checkRichText } from './rich-text/check.ts';
export { richTextToHtml } from './rich-text/html.ts';
export type { RichTextAttributes, RichTextDoc, RichTextMark, RichTextNode } from './rich-text/nodes.ts';
export { richTextToPlainText } from './rich-text/plain-text.ts';
export { richTextToJson } from './rich-text/read.ts';
export { writeRichText } from './rich-text/write.ts';
export { readScalar, scalarProblem } from './scalar.ts';
export { isScalar } from './schema.ts';
export type {
  BooleanSchema,
  CollectionSchema,
  CounterSchema,
  DateSchema,
  EnumSchema,
  Fields,
  FieldSchema,
  FieldSet,
  JsonFieldSchema,
  ListSchema,
  LogSchema,
  MembersSchema,
  NumberSchema,
  PartSchema,
  RefSchema,
  RichTextSchema,
  Rule,
  ScalarSchema,
  Schema,
  SetSchema,
  SharedSchema,
  StringSchema,
  TextSchema,
  VisibleCollection,
} from './schema.ts';
export { parseFieldSelection, type FieldSelection } from './selection.ts';
export { parseSort, type Sort, type SortKey } from './sort.ts';
export { memberProblem, validateFields, type WriteMode } from './validate.ts';
export { isPageOrigin, isTrustedProxy, type TrustProxy } from './web-access.ts';
export { writeFields } from './write.ts';
