import { Fragment, type ReactNode } from 'react';
import classes from './key-values.module.css';

interface KeyValuesProps {
  /** Labels with what stands beside them; an entry whose value is undefined is left out. */
  items: readonly (readonly [label: string, value: ReactNode])[];
}

/** Facts of one thing as a list of labels and values; in one column where there is no room for two. */
export function KeyValues({ items }: KeyValuesProps) {
  return (
    <div className={classes.box}>
      <dl className={classes.list}>
        {items
          .filter(([, value]) => value !== undefined)
          .map(([label, value]) => (
            <Fragment key={label}>
              <dt className={classes.label}>{label}</dt>
              <dd className={classes.value}>{value}</dd>
            </Fragment>
          ))}
      </dl>
    </div>
  );
}
