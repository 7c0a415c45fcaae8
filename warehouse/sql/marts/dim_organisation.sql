SELECT
    organisation.organisation_code,
    coalesce(organisation.organisation_name, organisation.organisation_code) AS organisation_name,
    organisation.organisation_type_code AS organisation_type,
    coalesce(kind.label, 'Not declared') AS organisation_type_label,
    organisation.nation_code,
    coalesce(nation.label, 'Not declared') AS nation_label,
    organisation.system_code,
    organisation.is_fictional
FROM core.dim_organisation AS organisation
LEFT JOIN reference.codelist AS kind
    ON kind.codelist = 'organisation_type' AND organisation.organisation_type_code = kind.code
LEFT JOIN reference.codelist AS nation ON nation.codelist = 'nation' AND organisation.nation_code = nation.code
