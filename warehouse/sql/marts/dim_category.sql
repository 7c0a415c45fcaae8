SELECT DISTINCT category_key, breakdown, breakdown_label, breakdown_order, category, category_label, category_order
FROM marts.dashboard_figure
