/** What a table shows: of long lists first its columns, the whole objects once somebody looks for something in them. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { Component, Property } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { longList, optionsOf, wholeQuery } from '../api/lists.ts';
import { catalogueQuery, listQuery } from '../api/queries.ts';
import type { Row } from './filter.ts';
import { type RowMaker, createRowMaker, warmRows } from './rows.ts';

export interface Objects {
  /** Undefined until they are known. */
  readonly rows: readonly Row[] | undefined;
  /** Every value of them can be searched. */
  readonly isWhole: boolean;
  readonly error: Error | null;
  /** The whole objects, which may have to be read first. */
  whole(): Promise<readonly JsonObject[]>;
}

interface Warm {
  readonly maker: RowMaker;
  readonly rows: readonly Row[];
}

export function useObjects(
  component: Component,
  columns: readonly Property[],
  isWholeWanted: boolean,
): Objects {
  const { id, properties } = component;
  const catalogue = useQuery(catalogueQuery);
  const count = catalogue.data?.find((one) => one.id === id)?.count;
  const isKnown = catalogue.data !== undefined || catalogue.isError;
  const isLong = (count ?? 0) > longList;
  const maker = useMemo(() => createRowMaker(properties, columns), [properties, columns]);
  const whole = useQuery({
    ...wholeQuery(id, isLong),
    enabled: isKnown && (!isLong || isWholeWanted),
  });
  const [warm, setWarm] = useState<Warm>();
  const isWarm = warm?.maker === maker;
  const brief = useQuery({
    ...listQuery(id, optionsOf(columns)),
    enabled: isKnown && isLong && !isWarm,
  });
  const { data } = whole;
  // Searching what nobody has put together yet would hold up who types.
  useEffect(() => {
    if (data === undefined) return undefined;
    const rows = maker(data);
    return warmRows(rows, () => setWarm({ maker, rows }));
  }, [maker, data]);
  // Of a brief list nothing else is known than what is shown.
  const briefMaker = useMemo(() => createRowMaker(columns, columns), [columns]);
  const isBrief = isLong && brief.data !== undefined;
  const made = useMemo(
    () => (isBrief ? briefMaker(brief.data) : data && maker(data)),
    [isBrief, briefMaker, maker, brief.data, data],
  );
  useEffect(() => (isBrief && made !== undefined ? warmRows(made) : undefined), [isBrief, made]);
  return {
    rows: isLong && isWarm ? warm.rows : made,
    isWhole: isLong ? isWarm : data !== undefined,
    error: whole.error ?? brief.error,
    whole: async () => data ?? (await whole.refetch({ throwOnError: true })).data ?? [],
  };
}
