export { applyFilters, filterNames } from './filters';
export { fieldsOf, valueOf, type ValueOfSecret } from './field';
export { keyOf, parseReference, referenceText, SCHEME, type SecretReference, type VersionName } from './secret-reference';
export { Template, TemplateError } from './template';
