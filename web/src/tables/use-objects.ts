/** What a table shows: of long lists first its columns, the whole objects once somebody looks for something in them. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import type { Property } from '../../../src/catalogue/types.ts';
import type { JsonObject } from '../../../src/config/text/json.ts';
import { firstQuery, longList, optionsOf, wholeQuery } from '../api/lists.ts';
import { type Described, listQuery } from '../api/queries.ts';
import type { Row } from './filter.ts';
import { type RowMaker, createRowMaker, warmRows } from './rows.ts';

export interface Objects {
  /** Undefined until they are known. */
  readonly rows: readonly Row[] | undefined;
  /** How many there are, when `rows` are only the first of them: the others come at once. */
  readonly firstOf: number | undefined;
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
  { component, count }: Described,
  columns: readonly Property[],
  isWholeWanted: boolean,
): Objects {
  const { id, properties } = component;
  const isLong = count > longList;
  const maker = useMemo(() => createRowMaker(properties, columns), [properties, columns]);
  const whole = useQuery({
    ...wholeQuery(id, isLong),
    enabled: !isLong || isWholeWanted,
  });
  const [warm, setWarm] = useState<Warm>();
  const isWarm = warm?.maker === maker;
  const options = optionsOf(columns);
  const { data } = whole;
  const listed = listQuery(id, options);
  const isListed = useQueryClient().getQueryData(listed.queryKey) !== undefined;
  const isFirst = isLong && !isListed && data === undefined;
  const first = useQuery({ ...firstQuery(id, options), enabled: isFirst });
  // What comes first should not wait for what comes after it.
  const isNext = isLong && !isWarm && !(isFirst && first.isPending);
  const brief = useQuery({ ...listed, enabled: isNext });
  // Searching what nobody has put together yet would hold up who types.
  useEffect(() => {
    if (data === undefined) return undefined;
    const rows = maker(data);
    return warmRows(rows, () => setWarm({ maker, rows }));
  }, [maker, data]);
  // Of a brief list nothing else is known than what is shown.
  const briefMaker = useMemo(() => createRowMaker(columns, columns), [columns]);
  const isBrief = isLong && brief.data !== undefined;
  const short = isBrief ? brief.data : isFirst ? first.data : undefined;
  const made = useMemo(
    () => (short === undefined ? data && maker(data) : briefMaker(short)),
    [short, briefMaker, maker, data],
  );
  useEffect(() => (isBrief && made !== undefined ? warmRows(made) : undefined), [isBrief, made]);
  return {
    rows: isLong && isWarm ? warm.rows : made,
    firstOf: isFirst && short !== undefined ? count : undefined,
    isWhole: isLong ? isWarm : data !== undefined,
    error: whole.error ?? brief.error,
    whole: async () => data ?? (await whole.refetch({ throwOnError: true })).data ?? [],
  };
}
