export { PRODUCT_NAMES } from './product-names';
export { STATEMENT_FORMATS, type StatementFormat, statementFile } from './statement-file';
