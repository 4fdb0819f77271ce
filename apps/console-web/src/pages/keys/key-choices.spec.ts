import { KEY_USAGES, specsFor } from './key-choices';

it('offers the kinds of key that fit a usage, by family', () => {
  expect(specsFor('ENCRYPT_DECRYPT')[0]).toEqual({ group: 'Symmetric', items: ['SYMMETRIC_DEFAULT'] });
  expect(specsFor('GENERATE_VERIFY_MAC').map(({ group }) => group)).toEqual(['HMAC']);
  expect(specsFor('SIGN_VERIFY').flatMap(({ items }) => items)).not.toContain('SYMMETRIC_DEFAULT');
  for (const usage of KEY_USAGES) expect(specsFor(usage)).not.toEqual([]);
});
