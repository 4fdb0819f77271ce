import { isMemoryFolder } from './memory-folder';

const onLinux = process.platform === 'linux' ? it : it.skip;
onLinux('knows what is in memory', () => {
  expect(isMemoryFolder('/dev/shm')).toBe(true);
  expect(isMemoryFolder('/proc')).toBe(false);
});

it('says which folder is missing', () => {
  expect(() => isMemoryFolder('/nowhere')).toThrow(/ENOENT.*\/nowhere/);
});
