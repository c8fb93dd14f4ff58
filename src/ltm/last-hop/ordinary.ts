/** Routers that need nothing of ours, because the routing table leads all answers to them anyway. Pure. */

export interface GatewayRoute {
  readonly family: 4 | 6;
  readonly isDefault: boolean;
  /** Undefined: several, or none that is named. */
  readonly gateway: string | undefined;
  readonly device: string | undefined;
}

interface ShownRoute {
  readonly dst?: string;
  readonly gateway?: string;
  readonly dev?: string;
  readonly nexthops?: readonly unknown[];
}

/** Of what `ip -json route show` prints: routes that lead to a router. */
export function parseGateways(shown: readonly unknown[], family: 4 | 6): readonly GatewayRoute[] {
  return shown.flatMap((one) => {
    const { dst, gateway, dev, nexthops } = one as ShownRoute; // As `ip` writes it.
    if (gateway === undefined && nexthops === undefined) return [];
    return [{ family, isDefault: dst === 'default', gateway, device: dev }];
  });
}

/** There is a default route to the router, and no route leads to another one. */
export function isOrdinary(
  router: { readonly device: string; readonly hardware: string; readonly family: 4 | 6 },
  routes: readonly GatewayRoute[],
  neighbours: readonly {
    readonly address: string;
    readonly hardware: string | undefined;
    readonly interface: string;
  }[],
): boolean {
  const leadsTo = ({ gateway, device }: GatewayRoute): boolean =>
    device === router.device &&
    neighbours.some(
      (one) =>
        one.interface === device && one.address === gateway && one.hardware === router.hardware,
    );
  const some = routes.filter(({ family }) => family === router.family);
  return some.some(({ isDefault }) => isDefault) && some.every(leadsTo);
}
