import { signingKeyOf } from './signing-key';

it('derives the key of AWS’s own example', () => {
  const secret = Buffer.from('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY');
  const key = signingKeyOf(secret, { date: '20150830', region: 'us-east-1', service: 'iam' });
  expect(key.toString('hex')).toBe('c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9');
});
