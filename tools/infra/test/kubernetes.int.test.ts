import { execFileSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1';
import { requireService } from '@millrace/testing';
import { Deployment } from 'kubernetes-models/apps/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { ConfigMap, Service } from 'kubernetes-models/v1';
import { beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '../../..');
const kustomize = process.env['KUSTOMIZE'] || 'kustomize';

/** Throws when Kubernetes or KEDA would not accept the object, by `kind`. */
const checks: Readonly<Record<string, (json: string) => void>> = {
  ConfigMap: (json) => new ConfigMap(JSON.parse(json)).validate(),
  Deployment: (json) => new Deployment(JSON.parse(json)).validate(),
  NetworkPolicy: (json) => new NetworkPolicy(JSON.parse(json)).validate(),
  PodDisruptionBudget: (json) => new PodDisruptionBudget(JSON.parse(json)).validate(),
  ScaledObject: (json) => new ScaledObject(JSON.parse(json)).validate(),
  Service: (json) => new Service(JSON.parse(json)).validate(),
};

const named = z.object({ kind: z.string(), metadata: z.object({ name: z.string() }) });
type Manifest = z.infer<typeof named>;

const probe = z.object({ httpGet: z.object({ path: z.string(), port: z.literal('http') }) });
const amounts = z.object({ cpu: z.string(), memory: z.string() });
const hardened = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        terminationGracePeriodSeconds: z.number().min(20),
        automountServiceAccountToken: z.literal(false),
        securityContext: z.object({ runAsNonRoot: z.literal(true), runAsUser: z.number().min(1) }),
        containers: z.tuple([
          z.object({
            image: z.string().regex(/:\d+\.\d+\.\d+$/),
            args: z.tuple([z.string()]),
            startupProbe: probe,
            livenessProbe: probe,
            readinessProbe: probe,
            resources: z.object({ requests: amounts, limits: amounts }),
            securityContext: z.object({
              allowPrivilegeEscalation: z.literal(false),
              readOnlyRootFilesystem: z.literal(true),
            }),
          }),
        ]),
      }),
    }),
  }),
});
const scaled = z.object({
  spec: z.object({
    scaleTargetRef: z.object({ name: z.string() }),
    maxReplicaCount: z.number(),
    triggers: z.array(z.object({ type: z.string(), metadata: z.record(z.string(), z.string()) })).min(1),
  }),
});

requireService('kustomize')('the Kubernetes manifests', () => {
  describe.each([
    { overlay: 'redis', trigger: 'prometheus' },
    { overlay: 'kafka', trigger: 'kafka' },
  ])('for $overlay', ({ overlay, trigger }) => {
    let documents: readonly unknown[];
    let manifests: readonly Manifest[];
    beforeAll(() => {
      const folder = join(root, 'infra/kubernetes', overlay);
      const text = execFileSync(kustomize, ['build', folder], { encoding: 'utf8' });
      documents = parseAllDocuments(text).map((document) => document.toJS());
      manifests = documents.map((document) => named.parse(document));
    });
    const of = (kind: string): unknown[] => documents.filter((_, index) => manifests[index]?.kind === kind);
    const names = (kind: string): string[] => of(kind).map((each) => named.parse(each).metadata.name);
    const apps = readdirSync(join(root, 'apps')).filter((name) => name !== 'shop-e2e');

    it('have the shape of their kind', () => {
      expect(manifests).not.toEqual([]);
      for (const [index, { kind, metadata }] of manifests.entries()) {
        const check = checks[kind];
        if (!check) throw new Error(`no schema for ${kind}`);
        expect(() => check(JSON.stringify(documents[index])), `${kind} ${metadata.name}`).not.toThrow();
      }
    });

    it('run every service, hardened, with probes and limits', () => {
      expect(names('Deployment').toSorted()).toEqual(apps.toSorted());
      expect(names('Service').toSorted()).toEqual(apps.toSorted());
      for (const deployment of of('Deployment')) {
        const { args, livenessProbe, readinessProbe } =
          hardened.parse(deployment).spec.template.spec.containers[0];
        expect(args[0]).toBe(named.parse(deployment).metadata.name);
        expect(livenessProbe.httpGet.path).toBe('/health');
        expect(readinessProbe.httpGet.path).toBe('/ready');
      }
    });

    it('scale each group by its lag, never beyond the partitions, and spare it from disruptions', () => {
      const partitions = z.object({ data: z.object({ PARTITIONS: z.string() }) });
      const [config] = of('ConfigMap').map((each) => partitions.parse(each).data.PARTITIONS);
      for (const object of of('ScaledObject')) {
        const { scaleTargetRef, maxReplicaCount, triggers } = scaled.parse(object).spec;
        expect(names('PodDisruptionBudget')).toContain(scaleTargetRef.name);
        expect(String(maxReplicaCount)).toBe(config);
        for (const { type } of triggers) expect(type).toBe(trigger);
      }
    });
  });

  it('are refused when a field has a wrong shape', () => {
    const broken = { spec: { selector: 'payment', template: {} } };
    expect(() => checks['Deployment']?.(JSON.stringify(broken))).toThrow(/selector/);
  });
});

describe('the scaling', () => {
  it.each(['redis', 'kafka'])('by %s asks for the lag of every group that a service runs', (overlay) => {
    const text = readFileSync(join(root, 'infra/kubernetes', overlay, 'scaling.yaml'), 'utf8');
    expect(groupsIn(parseAllDocuments(text).map((document) => document.toJS()))).toEqual(groupsOfServices());
  });
});

/** As the sources of the services name them; the dashboard, of which there is one, is not scaled. */
function groupsOfServices(): string[] {
  const sources = globSync('apps/*/src/**/*.ts', { cwd: root, exclude: ['apps/dashboard/**'] });
  const named = sources.flatMap((file) =>
    Array.from(
      readFileSync(join(root, file), 'utf8').matchAll(/\bgroup: '([^']+)'/g),
      ([, group = '']) => group,
    ),
  );
  return [...new Set(named)].toSorted();
}

/** The groups that the triggers ask for. */
function groupsIn(objects: readonly unknown[]): string[] {
  const triggers = objects.flatMap((object) => scaled.parse(object).spec.triggers);
  return triggers
    .map(
      ({ metadata }) =>
        metadata['consumerGroup'] ?? /group="([^"]+)"/.exec(metadata['query'] ?? '')?.[1] ?? '',
    )
    .toSorted();
}
