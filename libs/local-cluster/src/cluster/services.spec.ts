import { addressVariableOf, isService, programNames, signInLink } from './services';

it('knows how each program is found, and which of them have data', () => {
  const variables = programNames.map(addressVariableOf);
  expect(new Set(variables).size).toBe(programNames.length);
  expect(variables.every((name) => /^STRONGROOM_[A-Z_]+_ADDRESS$/.test(name))).toBe(true);
  expect([isService('secrets-api'), isService('aws-gateway'), isService('console')]).toEqual([true, false, false]);
});

it.each([
  ['https://localhost:7418', undefined, 'https://localhost:7418/sign-in#token=srl_a'],
  ['https://console.example.com/', 900, 'https://console.example.com/sign-in#token=srl_a&duration=900'],
])('links to %s for %s seconds, with the token where no server sees it', (console, seconds, link) => {
  expect(signInLink(console, 'srl_a', seconds)).toBe(link);
  expect(new URL(link).search).toBe('');
});
