import { describe, expect, it } from '@jest/globals';
import { resolve } from 'node:path';
import { readConfig } from './config.js';

describe('the environment', () => {
  it('may be empty: everything has a default', () =>
    expect(readConfig({})).toEqual({
      ok: true,
      value: { port: 3000, host: '127.0.0.1', dataDir: resolve('data'), logLevel: 'info' },
    }));

  it('gives each setting', () =>
    expect(
      readConfig({ PORT: '0', HOST: '::1', DATA_DIR: '/d', KEYRING_FILE: '/k.json', LOG_LEVEL: 'silent' }),
    ).toEqual({
      ok: true,
      value: { port: 0, host: '::1', dataDir: '/d', keyringFile: '/k.json', logLevel: 'silent' },
    }));

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3000x'],
    ['HOST', 'a b'],
    ['LOG_LEVEL', 'loud'],
    ['EVENTSTOREDB_URL', 'esdb://localhost:2113'],
    ['DATABASE_URL', 'postgres://localhost/db'],
    ['OIDC_ISSUER', 'https://issuer.example'],
    ['SHEBAO_PROT', '3000'],
  ])('is refused for %s=%s, named', (name, value) => {
    const read = readConfig({ [name]: value });
    expect(read).toEqual({ ok: false, error: [expect.stringContaining(name)] });
  });

  it('has every fault named at once', () => {
    const read = readConfig({ PORT: 'x', LOG_LEVEL: 'y', DATABASE_URL: 'z' });
    expect(!read.ok && read.error).toHaveLength(3);
  });
});
