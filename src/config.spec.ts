import { describe, expect, it, jest } from '@jest/globals';
import { resolve } from 'node:path';
import { readConfig } from './config.js';

describe('the environment', () => {
  it('may be empty: everything has a default', () =>
    expect(readConfig({})).toEqual({
      ok: true,
      value: {
        port: 3000,
        host: '127.0.0.1',
        dataDir: resolve('data'),
        logLevel: 'info',
        checkpointHours: 24,
      },
    }));

  it('gives each setting', () =>
    expect(
      readConfig({
        PORT: '0',
        HOST: '::1',
        DATA_DIR: '/d',
        KEYRING_FILE: '/k.json',
        LOG_LEVEL: 'silent',
        CHECKPOINT_HOURS: '6',
      }),
    ).toEqual({
      ok: true,
      value: {
        port: 0,
        host: '::1',
        dataDir: '/d',
        keyringFile: '/k.json',
        logLevel: 'silent',
        checkpointHours: 6,
      },
    }));

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '3000x'],
    ['HOST', 'a b'],
    ['LOG_LEVEL', 'loud'],
    ['CHECKPOINT_HOURS', 'daily'],
    ['CHECKPOINT_HOURS', '-1'],
    ['CHECKPOINT_HOURS', '1.5'],
    ['CHECKPOINT_HOURS', '8761'],
    ['EVENTSTOREDB_URL', 'http://localhost:2113'],
    ['DATABASE_URL', 'postgres://localhost/db'],
    ['OIDC_ISSUER', 'https://issuer.example'],
    ['SHEBAO_PROT', '3000'],
  ])('is refused for %s=%s, named', (name, value) => {
    const read = readConfig({ [name]: value });
    expect(read).toEqual({ ok: false, error: [expect.stringContaining(name)] });
  });

  it.each(['esdb://localhost', 'esdb+discover://u:p@cluster.example:2113', 'esdb://a:1,b:2?tls=false'])(
    'takes the connection string %s',
    (url) => expect(readConfig({ EVENTSTOREDB_URL: url })).toMatchObject({ value: { eventStoreDbUrl: url } }),
  );

  it.each([
    'postgres://u:SECRET@h',
    'esdb://u:SECRET@h:port',
    'esdb://u:SECRET@h?tls=perhaps',
    'esdb://u:SECRET@h?tlsVerifyCert=false',
    'esdb://u:SECRET@h?unheard=of',
    'esdb://u:SECRET@h?tls=false&unheard=of',
    'esdb://u:SECRET@h?tlsCAFile=/not/there.pem',
  ])('repeats nothing of a bad connection string, which may hold a password: %s', (url) => {
    const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    const read = readConfig({ EVENTSTOREDB_URL: url });
    expect(read).toEqual({
      ok: false,
      error: ['EVENTSTOREDB_URL must be a connection string of EventStoreDB (esdb://...)'],
    });
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it('has every fault named at once', () => {
    const read = readConfig({ PORT: 'x', LOG_LEVEL: 'y', DATABASE_URL: 'z' });
    expect(!read.ok && read.error).toHaveLength(3);
  });
});
