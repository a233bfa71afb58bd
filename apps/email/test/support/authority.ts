import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

/** Issues certificates; this process trusts it until it is disposed. */
export class Authority implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'authority-'));
  readonly #trusted = getCACertificates('default');

  constructor() {
    this.#openssl(['req', '-x509', ...newKey, '-subj', '/CN=authority', ...this.#files('authority')]);
    setDefaultCACertificates([...this.#trusted, this.#read('authority.pem')]);
  }

  /** `name` as in a certificate: `IP:127.0.0.1`, `DNS:localhost`. With days below 0 it has run out. */
  issue(name: string, days = 1): KeyPair {
    const subject = ['-subj', '/CN=server', '-addext', `subjectAltName=${name}`];
    this.#openssl(['req', ...newKey, ...subject, ...this.#files('request')]);
    const issuer = ['-CA', this.#path('authority.pem'), '-CAkey', this.#path('authority.key')];
    const output = ['-copy_extensions', 'copy', '-days', String(days), '-out', this.#path('server.pem')];
    this.#openssl(['x509', '-req', '-in', this.#path('request.pem'), ...issuer, ...output]);
    return { key: this.#read('request.key'), cert: this.#read('server.pem') };
  }

  /** A certificate for which nobody vouches. */
  selfSigned(name: string): KeyPair {
    const subject = ['-subj', '/CN=server', '-addext', `subjectAltName=${name}`];
    this.#openssl(['req', '-x509', ...newKey, ...subject, ...this.#files('own')]);
    return { key: this.#read('own.key'), cert: this.#read('own.pem') };
  }

  [Symbol.dispose](): void {
    setDefaultCACertificates(this.#trusted);
  }

  #files(name: string): readonly string[] {
    return ['-keyout', this.#path(`${name}.key`), '-out', this.#path(`${name}.pem`)];
  }

  #openssl(parameters: readonly string[]): void {
    execFileSync('openssl', parameters, { stdio: 'ignore' });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }

  #read(name: string): string {
    return readFileSync(this.#path(name), 'utf8');
  }
}

const newKey = ['-newkey', 'rsa:2048', '-nodes'] as const;
