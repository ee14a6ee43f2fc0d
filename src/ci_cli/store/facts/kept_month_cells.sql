-- month_cells by :dimension, as they are kept.
SELECT grp, month, net, gross, quantity, lines, orders, customers
FROM month_cell
WHERE dimension = :dimension AND currency = :currency AND month BETWEEN :first AND :last
ORDER BY grp, month
