export { isMemoryFolder } from './memory-folder';
export { makePrivateFolder } from './private-folder';
export {
  type FileAttributes,
  type FileContent,
  type FileOperations,
  removeDrafts,
  removeFile,
  replaceFile,
  type ReplaceOptions,
  updateFile,
} from './replace-file';
