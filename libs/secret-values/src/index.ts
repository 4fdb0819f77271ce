export { diffTexts, type KeyChange, type KeyDifference } from './difference';
export { type Field, fieldsOfText, type JsonObject, objectOf, withField, withoutField } from './fields';
export { AWSCURRENT, AWSPENDING, AWSPREVIOUS, DRAFT_LABEL, type LabelledVersions, versionWith } from './labels';
export { type CurrentValue, replaceCurrent } from './replace-current';
