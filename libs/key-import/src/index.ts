export { expiredImportToken, invalidImportToken } from './import-errors';
export {
  IMPORT_TOKEN_MILLIS,
  createImportParameters,
  openImportToken,
  type ImportParameters,
  type ImportPlace,
} from './import-token';
export {
  WRAPPING_ALGORITHMS,
  WRAPPING_KEY_SPECS,
  wrappingFor,
  type Wrapping,
  type WrappingAlgorithm,
  type WrappingKeySpec,
} from './wrapping';
export { type WrappingKey } from './wrapping-key';
