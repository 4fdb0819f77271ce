import { Button, Group, Loader, Skeleton, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconArrowDown, IconArrowsSort, IconArrowUp } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, memo, type ReactNode, useCallback, useEffect, useRef } from 'react';
import { commonTexts as texts } from '../texts/common';
import classes from './data-table.module.css';
import { EmptyState } from './empty-state';
import { Problem } from './problem';
import { useRowKeys } from './use-row-keys';

export interface Column<Row> {
  id: string;
  /** '' where the cells have buttons alone. */
  label: string;
  render: (row: Row) => ReactNode;
  /** A track of a CSS grid; default: `minmax(6rem, 1fr)`. */
  width?: string;
  align?: 'start' | 'end';
  /** What the server calls this order, if it can sort by it. */
  sortKey?: string;
  /** Left out where the table becomes cards. */
  wideOnly?: boolean;
}

export interface Sorting {
  key: string;
  descending: boolean;
}

interface DataTableProps<Row> {
  /** What the table lists, for those who do not see it. */
  label: string;
  columns: readonly Column<Row>[];
  /** undefined: not known yet, so a skeleton is shown. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  /** What a click on a row, or Enter, does. The first column should have a link to the same place. */
  onOpen?: (row: Row) => void;
  sorting?: Sorting;
  onSort?: (sorting: Sorting) => void;
  /** What the query failed with. */
  error?: unknown;
  onRetry?: () => void;
  /** What stands there where there are no rows. */
  empty?: ReactNode;
  /** There are more rows: `onMore` is called when the last ones come near. */
  hasMore?: boolean;
  onMore?: () => void;
  isLoadingMore?: boolean;
  /** How high the table may become before it scrolls; default: what is left of the window. */
  maxHeight?: string;
  /** How many there are in all, if it is known. */
  total?: number;
}

/** Pixels of a row before it is measured. */
const ROW_HEIGHT = 41;
const SKELETON_ROWS = 8;
/** How many rows before the last one the next page is asked for. */
const LOOK_AHEAD = 30;

/**
 * A table of any length: only the rows in sight are in the document. Arrows, Home, End and Page keys move between rows, Enter
 * opens one. Where there is no room for columns, rows become cards.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, error, onRetry, empty, hasMore } = props;
  const style = { '--columns': columns.map(({ width }) => width ?? 'minmax(6rem, 1fr)').join(' ') } as CSSProperties;
  if (error && !rows?.length) return <Problem error={error} onRetry={onRetry} />;
  if (rows?.length === 0 && !hasMore) return <>{empty ?? <EmptyState title={texts.table.empty} />}</>;
  return (
    <div className={classes.frame} style={style}>
      {rows ? <Rows {...props} rows={rows} /> : <SkeletonRows label={label} columns={columns} />}
      {rows && error ? <Problem error={error} onRetry={onRetry} /> : null}
    </div>
  );
}

function Rows<Row>(props: DataTableProps<Row> & { rows: readonly Row[] }) {
  const { label, columns, rows, rowKey, onOpen, hasMore = false, onMore, isLoadingMore, maxHeight, total } = props;
  const box = useRef<HTMLDivElement>(null);
  // Another function would have all rows measured anew.
  const getItemKey = useCallback((index: number) => rowKey(rows[index]!), [rows, rowKey]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey,
    overscan: 12,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoadingMore && last >= rows.length - LOOK_AHEAD) onMore?.();
  }, [hasMore, isLoadingMore, last, rows.length, onMore]);
  const keys = useRowKeys({
    count: rows.length,
    box,
    scrollTo: (index) => virtualizer.scrollToIndex(index),
    onOpen: onOpen && ((index) => onOpen(rows[index]!)),
  });
  const above = items[0]?.start ?? 0;
  const below = virtualizer.getTotalSize() - (items.at(-1)?.end ?? 0);
  return (
    <div ref={box} className={classes.box} style={{ maxHeight: maxHeight ?? 'max(22rem, calc(100dvh - 14rem))' }}>
      <div
        role="grid"
        aria-label={label}
        aria-rowcount={hasMore ? (total ?? -1) : rows.length + 1}
        aria-colcount={columns.length}
      >
        <Head {...props} />
        <div role="rowgroup" onKeyDown={keys.onKeyDown} onFocus={keys.onFocus} onClick={keys.onClick}>
          <div role="presentation" style={{ height: above }} />
          {items.map(({ index, key }) => (
            <TableRow
              key={key}
              row={rows[index]!}
              index={index}
              columns={columns}
              measure={virtualizer.measureElement}
              opens={onOpen !== undefined}
              isActive={index === keys.active}
            />
          ))}
          <div role="presentation" style={{ height: below }} />
        </div>
      </div>
      {hasMore && (
        <Group className={classes.more} justify="center" gap="xs">
          {isLoadingMore ? <Loader size="xs" aria-label={texts.more} /> : null}
          {!isLoadingMore && onMore ? (
            <Button size="compact-xs" variant="subtle" onClick={onMore}>
              {texts.showMore}
            </Button>
          ) : null}
        </Group>
      )}
    </div>
  );
}

interface RowProps<Item> {
  row: Item;
  index: number;
  columns: readonly Column<Item>[];
  measure: (element: Element | null) => void;
  opens: boolean;
  /** It is the one that Tab reaches. */
  isActive: boolean;
}

function OneRow<Item>({ row, index, columns, measure, opens, isActive }: RowProps<Item>) {
  return (
    <div
      ref={measure}
      data-index={index}
      role="row"
      aria-rowindex={index + 2}
      className={classes.row}
      data-opens={opens || undefined}
      tabIndex={isActive ? 0 : -1}
    >
      {columns.map(({ id, label, align, wideOnly, render }) => (
        <div key={id} role="gridcell" className={classes.cell} data-align={align} data-label={label} data-wide-only={wideOnly}>
          {render(row)}
        </div>
      ))}
    </div>
  );
}

/** Scrolling renders the table many times a second; a row that has not changed is left as it is. */
const TableRow = memo(OneRow) as typeof OneRow;

function Head<Row>({ columns, sorting, onSort }: DataTableProps<Row>) {
  return (
    <div role="rowgroup" className={classes.head}>
      <div role="row" aria-rowindex={1} className={classes.headRow}>
        {columns.map(({ id, label, align, sortKey, wideOnly }) => {
          const isSorted = sortKey !== undefined && sorting?.key === sortKey;
          const order = isSorted ? (sorting.descending ? 'descending' : 'ascending') : undefined;
          const Sign = isSorted ? (sorting.descending ? IconArrowDown : IconArrowUp) : IconArrowsSort;
          return (
            <div
              key={id}
              role="columnheader"
              className={classes.headCell}
              data-align={align}
              data-wide-only={wideOnly}
              aria-sort={order}
            >
              {sortKey !== undefined && onSort ? (
                <UnstyledButton
                  className={classes.sort}
                  data-sorted={isSorted || undefined}
                  onClick={() => onSort({ key: sortKey, descending: isSorted ? !sorting.descending : false })}
                  title={texts.table.sortBy(label)}
                >
                  {label}
                  <Sign size={12} aria-hidden />
                </UnstyledButton>
              ) : (
                label || <VisuallyHidden>{texts.table.actions}</VisuallyHidden>
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function SkeletonRows<Row>({ label, columns }: Pick<DataTableProps<Row>, 'label' | 'columns'>) {
  return (
    <div className={classes.box} role="status" aria-busy="true" aria-label={`${texts.loading}: ${label}`}>
      {Array.from({ length: SKELETON_ROWS }, (_, row) => (
        <div key={row} className={classes.row} aria-hidden>
          {columns.map(({ id, wideOnly }, column) => (
            <div key={id} className={classes.cell} data-wide-only={wideOnly}>
              <Skeleton height={12} width={`${40 + ((row * 7 + column * 23) % 45)}%`} my={4} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
