import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** A certificate in a folder of its own that this process can be made to trust. */
export interface Certificate extends Disposable {
  /** The arguments of a server that uses it on a port for TLS. */
  serverArguments(port: number): string[];
  trust(): void;
}

/** `names` as in a certificate: `IP:127.0.0.1`, `DNS:localhost`. */
export function makeCertificate(names: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'redis-tls-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const trusted = getCACertificates('default');
  const subject = ['-subj', '/CN=millrace', '-addext', `subjectAltName=${names}`];
  const files = ['-keyout', key, '-out', certificate];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject, ...files];
  execFileSync('openssl', request, { stdio: 'ignore' });
  return {
    serverArguments: (port) => [
      ...['--tls-port', String(port), '--tls-cert-file', certificate, '--tls-key-file', key],
      ...['--tls-ca-cert-file', certificate, '--tls-auth-clients', 'no'],
    ],
    trust: () => setDefaultCACertificates([...trusted, readFileSync(certificate, 'utf8')]),
    [Symbol.dispose]: () => {
      setDefaultCACertificates(trusted);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
