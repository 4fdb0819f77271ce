export { BadText, compact, membersOf, memberOf, parseJson } from './json-text';
export {
  formatOfName,
  MAX_FILE_BYTES,
  readerOf,
  type SecretFileFormat,
  secretFileFormats,
  type SecretFileReader,
} from './secret-file';
export {
  AWSCURRENT,
  currentOf,
  isUnreadable,
  type SourceItem,
  type SourceSecret,
  type SourceVersion,
  type UnreadableSecret,
  type Value,
  withOneValue,
} from './source-item';
